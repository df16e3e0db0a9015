"""Ray's settings by environment: its native part reads them while it is imported, so they come first."""

import os
import secrets

ADDRESS_VARIABLE = "RAY_ADDRESS"

OWN_RAY_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_enable_metrics_collection": "0",
    # Workers would otherwise make process groups of their own and outlive the attempt's.
    "RAY_process_group_cleanup_enabled": "0",
    # Whoever reaches Ray's ports can run code: only this attempt's processes know the token.
    "RAY_DISABLE_FAILURE_SIGNAL_HANDLER": "1",
    "RAY_AUTH_MODE": "token",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


def cluster_address() -> str | None:
    """The Ray cluster to join; None for a Ray of the attempt's own."""
    return os.environ.get(ADDRESS_VARIABLE) or None


def prepare_ray_environment() -> None:
    """Set what an own Ray needs; leave everything as it is where a cluster is to be joined."""
    if cluster_address() is None:
        os.environ.update(OWN_RAY_ENVIRONMENT, RAY_AUTH_TOKEN=secrets.token_hex(32))
