# Servers of Hetzner Cloud for examples/command/terraform.mjs, with HCLOUD_TOKEN.
# Each workspace is one machine, or what the machines of one cluster share.

terraform {
  required_version = ">= 1.4"
  required_providers {
    hcloud = {
      source  = "hetznercloud/hcloud"
      version = "~> 1.50"
    }
  }
  # Settings come by -backend-config. The state holds the private host keys: keep it private.
  backend "s3" {}
}

variable "swarm_up" {
  type = object({
    name   = string
    kind   = string # "machine" or "shared"
    make   = bool   # false: only the output is written, or everything is removed
    shared = string # the name of what the machines share
    labels = map(string)
    ports  = list(object({ port = number, protocol = string }))
  })
}

variable "swarm_up_user_data" {
  type      = string
  default   = ""
  sensitive = true
}

locals {
  machine = var.swarm_up.make && var.swarm_up.kind == "machine" ? 1 : 0
  shared  = var.swarm_up.make && var.swarm_up.kind == "shared" ? 1 : 0
  range   = "10.64.0.0/16"
  ports   = concat([{ port = 22, protocol = "tcp" }], var.swarm_up.ports)
}

resource "hcloud_network" "shared" {
  count    = local.shared
  name     = var.swarm_up.name
  ip_range = local.range
}

resource "hcloud_network_subnet" "shared" {
  count        = local.shared
  network_id   = hcloud_network.shared[0].id
  type         = "cloud"
  network_zone = "eu-central"
  ip_range     = local.range
}

resource "hcloud_firewall" "shared" {
  count = local.shared
  name  = var.swarm_up.name
  dynamic "rule" {
    for_each = local.ports
    content {
      direction  = "in"
      protocol   = rule.value.protocol
      port       = tostring(rule.value.port)
      source_ips = ["0.0.0.0/0", "::/0"]
    }
  }
}

data "hcloud_network" "shared" {
  count = local.machine
  name  = var.swarm_up.shared
}

data "hcloud_firewall" "shared" {
  count = local.machine
  name  = var.swarm_up.shared
}

resource "hcloud_server" "machine" {
  count        = local.machine
  name         = var.swarm_up.name
  server_type  = "cx23"
  location     = "nbg1"
  image        = "docker-ce"
  user_data    = var.swarm_up_user_data
  firewall_ids = [data.hcloud_firewall.shared[0].id]
  network {
    network_id = data.hcloud_network.shared[0].id
  }
  lifecycle {
    # A later apply gives others. The server would be made anew for them.
    ignore_changes = [user_data]
  }
}

output "swarm_up" {
  value = {
    asked           = var.swarm_up
    address         = one(hcloud_server.machine[*].ipv4_address)
    private_address = one(flatten([for one in hcloud_server.machine : [for net in one.network : net.ip]]))
  }
}
