"""Words: cleaning what people type, Chinese and Latin search terms, masking, rendering Markdown, comparing texts, lengths of time."""
