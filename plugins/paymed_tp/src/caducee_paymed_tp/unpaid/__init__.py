"""What is not paid: cases, their deadlines, the next action, the letters."""
