// The script of the interface. Each module is optional: without it forms still
// submit and pages still read.
import "./chrome.js";
import "./copy.js";
import "./tray.js";
import "./models.js";
import "./variables.js";
import "./composer.js";
import "./grow.js";
import "./sum.js";
import "./draft.js";
import "./focus.js";
import "./viewer.js";
import "./columns.js";
import "./problems.js";
import "./ticked.js";
import "./clock.js";
import "./polls.js";
import "./back.js";
import "./growing.js";
import "./drop.js";
