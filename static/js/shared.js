// The script of a shared page: copying, menus and the image viewer. The page is complete without it.
import "./dom.js";
import "./copied.js";
import "./copy.js";
import "./drop.js";
import "./viewer.js";
import "./evidence.js";
