"""Units and institutions as parties of the system. In this version the units that answer for a measure stand in the plan alone
(`plan.yaml`); tables come with the engines that assign work to them."""
