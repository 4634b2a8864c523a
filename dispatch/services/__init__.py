"""The use cases: load, decide, save, announce, record. One module for each theme.

filing : file reports; what is nearby
reports : amend, acknowledge, close, reopen them
assignments : assign, release, pin
advancing : a crew says how far it is, or refuses
planning : the planner's tick
plannedwork : work that nobody reported
etas : when a report is reached, and what its citizen is promised
tracking : what becomes of fixes and alarms
devices : trackers come and go
fleet : the city, its shifts, pauses and absences
conditions : closures and speeds
keys : who may call the API
progress : the steps that several of them share

`now`, `actor` and `router` are always arguments, and so is the transaction: whoever opens it commits it.
"""
