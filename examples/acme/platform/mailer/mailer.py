print("mails campaigns that messages is too slow for")
