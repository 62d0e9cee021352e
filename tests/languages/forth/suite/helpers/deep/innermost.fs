25 \ loaded by inner.fs
