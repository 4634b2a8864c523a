"""Planning on arrays: which crew does which jobs in which order, at the least cost.

A *problem* is what is known, a *solution* an order of jobs for every shift. The *schedule* tells when
everything happens and what it costs, the *violations* what is wrong with it; both are plain Python that
engines do not share, so that they can judge any of them.
"""
