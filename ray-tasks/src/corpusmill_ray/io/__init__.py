"""Job specs, storage, control files, manifests, Parquet and digests: everything outside the process."""
