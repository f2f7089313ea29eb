"""Who and where: accounts, people, organisations, areas, the gateway of reads, the audit row, the outbox."""
