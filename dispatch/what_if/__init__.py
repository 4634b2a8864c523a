"""What-if: changes to the plan before somebody says yes to them, and the way back after it.

changes, faults : what can be changed by hand, and everything that is wrong with a change
trial : the plan that would follow
difference : what two plans of one moment mean for every job
rerouting, undoing : routes as a person wants them, and taking that back
offer : a plan made from nothing, offered where it saves enough
"""
