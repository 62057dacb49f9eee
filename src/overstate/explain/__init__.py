"""From numbers back to words: which words and which other turns stand behind a verdict, and what to ask."""
