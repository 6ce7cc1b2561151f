// The script of the interface, each module after what it imports: collected, they are one scope, and no two
// have a name at their top in common. Each is optional: without it forms still submit and pages still read.
import "./dom.js";
import "./chrome.js";
import "./copied.js";
import "./copy.js";
import "./polls.js";
import "./token.js";
import "./problems.js";
import "./tray.js";
import "./models.js";
import "./variables.js";
import "./composer.js";
import "./grow.js";
import "./sum.js";
import "./draft.js";
import "./setup.js";
import "./focus.js";
import "./viewer.js";
import "./columns.js";
import "./ticked.js";
import "./cases.js";
import "./marking.js";
import "./clock.js";
import "./back.js";
import "./growing.js";
import "./drop.js";
import "./passkey.js";
