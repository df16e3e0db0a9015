output "address" {
  description = "Host name of the instance."
  value       = aws_db_instance.catalog.address
}

output "port" {
  description = "Port of the instance."
  value       = aws_db_instance.catalog.port
}

output "database_url" {
  description = "DATABASE_URL without its password, which stands in the secret of password_secret_arn; ca.pem is the bundle of RDS's CAs, from the Secret corpusmill-database."
  value       = "postgres://corpusmill@${aws_db_instance.catalog.address}:${aws_db_instance.catalog.port}/corpusmill?sslmode=verify-full&sslrootcert=/etc/corpusmill/database/ca.pem"
}

output "password_secret_arn" {
  description = "Secrets Manager secret with user name and password, rotated by RDS every seven days."
  value       = aws_db_instance.catalog.master_user_secret[0].secret_arn
}
