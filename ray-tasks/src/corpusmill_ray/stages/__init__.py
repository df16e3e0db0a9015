"""Per-batch logic of the stages: pure functions of Arrow batches and texts, without Ray and without I/O."""
