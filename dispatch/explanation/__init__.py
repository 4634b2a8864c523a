"""Explanation: why a report is where it is in the plan, and what would change that.

explaining : the report's crew, what others would mean, and what would help
effects, hindrances, helping : what a place costs, what keeps a crew, what would have to change
explained : the shapes in which that is told
"""
