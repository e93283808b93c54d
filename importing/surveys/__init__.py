"""調査票: one workbook per division that asks for a year's actuals, and what comes back in it."""
