"""Brands: the city's home-grown volunteer brands (西城大妈, 街巷长, 小巷管家, …), their teams in streets, their members."""
