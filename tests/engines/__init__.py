"""Sixteen flows, written once, in three browser engines: Chromium, Firefox and WebKitGTK.

`driver.py` says what an engine has to do, one module an engine does it, `tab.py` finds and waits
on top of that for all of them, `test_flows.py` has the flows.
"""
