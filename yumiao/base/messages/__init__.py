"""What the system tells people: letters, short messages, notices. In this version nothing is sent: the pages answer who asks; tables come
with the first matter that has somebody to notify."""
