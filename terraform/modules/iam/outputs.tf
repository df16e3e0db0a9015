output "control_plane_role_arn" {
  description = "For the annotation of the service account corpusmill-control-plane."
  value       = aws_iam_role.pod["control-plane"].arn
}

output "jobs_role_arn" {
  description = "For the annotations of the service accounts corpusmill-spark and corpusmill-job."
  value       = aws_iam_role.pod["jobs"].arn
}
