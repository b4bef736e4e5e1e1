"""The sample day: mails and reactions as data, a player that plays them on embedded servers, and what is shown of it."""
