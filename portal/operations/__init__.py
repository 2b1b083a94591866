"""Running and looking after the portal: serve, worker, database, doctor."""
