"""A local BigQuery for tests: bqemulator's engine, and the layer that makes it answer as BigQuery does."""
