"""The examination side: questions that know their source, papers in two forms, sittings, and what came of them."""
