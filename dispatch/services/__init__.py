"""The use cases: load, decide, save, announce, record. One module for each theme.

reports : file, amend, acknowledge, close, reopen; what is nearby
assignments : assign, release, pin; a crew says how far it is
planning : the planner's tick
plannedwork : work that nobody reported
etas : when a report is reached, and what its citizen is promised
tracking : what becomes of fixes and alarms
devices : trackers come and go
fleet : the city, its shifts, pauses and absences
conditions : closures and speeds
keys : who may call the API

`now`, `actor` and `router` are always arguments, and so is the transaction: whoever opens it commits it.
"""
