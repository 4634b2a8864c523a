"""The database: its tables, how rows become values, and the queries on them."""
