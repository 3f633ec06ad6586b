"""What a cleaned text consists of: headings, items, sentences, zones, masks, damage."""
