"""Units: who handles cases (streets, departments, companies, communities)."""
