/* The firmware's half of the lock protocol. */
int open_lock(int battery) {
    /* FIXME(@leo-d) a cold battery lies, see https://issues.acme.example/fleet/88 */
    return battery > 10;
}
