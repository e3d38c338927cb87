"""From reports to text: tables, CSV and JSON with the same figures; no queries, no decisions."""
