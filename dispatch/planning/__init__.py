"""Planning: who should do what, from the city at one moment to a decision that may be saved.

planner : the tick: every waiting job gets the right crew, or the reason why it must wait
waiting, choosing, assignment, caution, reserve : the instant layer, for whoever waits now
turning : crews on their way that go to something most urgent instead
watch, commitment, terms, posing, replanning, replanned, nearest_first : the plan layer, all routes together
suggest, placing, staleness : what a dispatcher is told and gives by hand
gate : the last check before a plan is saved
"""
