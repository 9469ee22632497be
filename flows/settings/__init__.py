"""What the operator decides: kpi.toml and the tables of a site."""
