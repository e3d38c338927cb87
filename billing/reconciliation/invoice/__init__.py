"""The invoice's own lines, which are no usage: tax, fees, credits, totals."""
