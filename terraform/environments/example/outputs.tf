output "store_uri" {
  description = "CORPUSMILL_STORE, in k8s/overlays/production/config.env."
  value       = module.object_storage.store_uri
}

output "database_url" {
  description = "DATABASE_URL without its password, for the Secret corpusmill-control-plane."
  value       = module.postgres.database_url
}

output "database_password_secret_arn" {
  description = "Where the password stands: key password of the Secret corpusmill-database is to follow it, for RDS rotates it every seven days."
  value       = module.postgres.password_secret_arn
}

output "control_plane_role_arn" {
  description = "For k8s/overlays/production/roles.yaml."
  value       = module.iam.control_plane_role_arn
}

output "jobs_role_arn" {
  description = "For k8s/overlays/production/roles.yaml."
  value       = module.iam.jobs_role_arn
}

output "node_pools" {
  description = "ARN of each node group."
  value       = module.node_pools.pools
}
