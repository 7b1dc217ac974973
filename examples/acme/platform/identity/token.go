package identity

// Valid says whether a token may still be used.
func Valid(age, limit int) bool { return age < limit }
