"""The CPS card over PKCS#11. The module lives in a process of its own, which ends itself on any doubtful error."""
