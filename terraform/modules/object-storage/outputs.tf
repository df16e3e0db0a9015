output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.store.id
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.store.arn
}

output "store_uri" {
  description = "Value of CORPUSMILL_STORE."
  value       = "s3://${aws_s3_bucket.store.id}/${var.store_prefix}"
}
