# Three pools of an EKS cluster: steady (control plane, drivers, heads), spot (executors, workers), gpu (model stages).
locals {
  pools = {
    steady = {
      capacity_type  = "ON_DEMAND"
      ami_type       = "AL2023_x86_64_STANDARD"
      instance_types = var.steady.instance_types
      disk_gib       = var.steady.disk_gib
      min_size       = var.steady.min_size
      max_size       = var.steady.max_size
      taints         = []
    }
    spot = {
      capacity_type  = "SPOT"
      ami_type       = "AL2023_x86_64_STANDARD"
      instance_types = var.spot.instance_types
      disk_gib       = var.spot.disk_gib
      min_size       = var.spot.min_size
      max_size       = var.spot.max_size
      taints         = [{ key = "corpusmill.dev/spot", value = "true" }]
    }
    gpu = {
      capacity_type  = "ON_DEMAND"
      ami_type       = "AL2023_x86_64_NVIDIA"
      instance_types = var.gpu.instance_types
      disk_gib       = var.gpu.disk_gib
      min_size       = var.gpu.min_size
      max_size       = var.gpu.max_size
      taints         = [{ key = "nvidia.com/gpu", value = "present" }]
    }
  }
}

# IMDSv2 with one hop: pods cannot take the node's role.
resource "aws_launch_template" "pool" {
  for_each = local.pools

  name_prefix = "${var.cluster_name}-${each.key}-"
  tags        = var.tags

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size           = each.value.disk_gib
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = merge(var.tags, { Name = "${var.cluster_name}-${each.key}" })
  }
}

resource "aws_eks_node_group" "pool" {
  for_each = local.pools

  cluster_name         = var.cluster_name
  node_group_name      = each.key
  node_role_arn        = var.node_role_arn
  subnet_ids           = var.subnet_ids
  capacity_type        = each.value.capacity_type
  ami_type             = each.value.ami_type
  instance_types       = each.value.instance_types
  force_update_version = false
  labels               = { "corpusmill.dev/pool" = each.key }
  tags                 = var.tags

  launch_template {
    id      = aws_launch_template.pool[each.key].id
    version = aws_launch_template.pool[each.key].latest_version
  }

  scaling_config {
    desired_size = each.value.min_size
    min_size     = each.value.min_size
    max_size     = each.value.max_size
  }

  update_config {
    max_unavailable_percentage = 25
  }

  dynamic "taint" {
    for_each = each.value.taints
    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = "NO_SCHEDULE"
    }
  }

  # The cluster's autoscaler owns the size after creation.
  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
}
