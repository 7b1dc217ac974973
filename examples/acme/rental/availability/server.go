package availability

// Free says how many bikes stand at a station.
func Free(docked, reserved int) int {
	return docked - reserved
}
