"""A customizable contraction hierarchy: exact fastest ways on a directed graph whose weights change often.

Three steps, each its own module. The *order* in which vertices are contracted and the *hierarchy* that
follows depend on the graph alone and are made once. A *metric* puts weights on it in a fraction of a second,
and never changes again. *Labels* (tables), *sweeps* (one to all) and *paths* ask it, from any number of
threads.

References
----------
Dibbelt, Strasser, Wagner: Customizable Contraction Hierarchies. ACM Journal of Experimental Algorithmics 21
(2016), doi:10.1145/2886843.
"""
