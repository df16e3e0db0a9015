# Roles that the pods' service accounts take (IRSA): no keys in the cluster, and each role reaches the store only.
locals {
  issuer = trimprefix(var.oidc_issuer_url, "https://")
  store  = "${var.bucket_arn}/${var.store_prefix}*"

  roles = {
    control-plane = {
      namespace        = var.control_plane_namespace
      service_accounts = ["corpusmill-control-plane"]
      object_actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    }
    jobs = {
      namespace        = var.jobs_namespace
      service_accounts = ["corpusmill-spark", "corpusmill-job"]
      object_actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
    }
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.oidc_provider_arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = [for name in each.value.service_accounts : "system:serviceaccount:${each.value.namespace}:${name}"]
    }
  }
}

data "aws_iam_policy_document" "store" {
  for_each = local.roles

  statement {
    sid       = "List"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = concat([var.bucket_arn], var.source_bucket_arns)
  }

  statement {
    sid       = "Store"
    actions   = each.value.object_actions
    resources = [local.store]
  }

  dynamic "statement" {
    for_each = length(var.source_bucket_arns) > 0 ? [var.source_bucket_arns] : []
    content {
      sid       = "Sources"
      actions   = ["s3:GetObject"]
      resources = [for arn in statement.value : "${arn}/*"]
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role" "pod" {
  for_each = local.roles

  name                 = "${var.name}-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600 * 12
  tags                 = var.tags
}

resource "aws_iam_role_policy" "store" {
  for_each = local.roles

  name   = "store"
  role   = aws_iam_role.pod[each.key].id
  policy = data.aws_iam_policy_document.store[each.key].json
}
