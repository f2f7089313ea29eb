"""Who looks: pages and addresses, nothing that decides."""
