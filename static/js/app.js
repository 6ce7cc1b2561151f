// The script of the interface. Each module is optional: without it forms still
// submit and pages still read.
import "./chrome.js";
import "./copy.js";
import "./tray.js";
import "./rows.js";
import "./models.js";
import "./variables.js";
import "./composer.js";
import "./viewer.js";
import "./columns.js";
import "./busy.js";
import "./ticked.js";
import "./clock.js";
import "./polls.js";
import "./drop.js";
