"""Come here for the district that the demonstration plays in: Dobong-gu in the north of Seoul."""
