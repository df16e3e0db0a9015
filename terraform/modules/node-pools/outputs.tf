output "pools" {
  description = "ARN of each node group, by pool."
  value       = { for name, group in aws_eks_node_group.pool : name => group.arn }
}

output "spot_toleration" {
  description = "Taint of the spot pool, which executors and workers tolerate."
  value       = { key = "corpusmill.dev/spot", value = "true", effect = "NoSchedule" }
}
