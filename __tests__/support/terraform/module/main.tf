# A module as docs/drivers/terraform.md describes it, with nothing but what Terraform has itself.

variable "swarm_up" {
  type = any
}

variable "swarm_up_user_data" {
  type      = map(string)
  sensitive = true
}

# A program that makes a machine, and removes it: `<program> create|destroy <name> <file>`.
variable "program" {
  type    = string
  default = "true"
}

variable "addresses" {
  type    = map(string)
  default = {}
}

resource "terraform_data" "swarm_up" {
  input = var.swarm_up
}

resource "terraform_data" "firewall" {
  input = { name = var.swarm_up.name, ports = var.swarm_up.ports }
}

resource "terraform_data" "machine" {
  for_each = var.swarm_up.machines
  input = {
    name      = each.value.name
    program   = var.program
    user_data = sensitive(var.swarm_up_user_data[each.key])
    address   = lookup(var.addresses, each.key, "192.0.2.${each.value.index}")
  }
  lifecycle {
    ignore_changes = [input]
  }
  provisioner "local-exec" {
    command     = "${self.input.program} create ${self.input.name}"
    environment = { USER_DATA = self.input.user_data }
  }
  provisioner "local-exec" {
    when    = destroy
    command = "${self.input.program} destroy ${self.input.name}"
  }
}

output "swarm_up" {
  value = {
    nodes = [for key, machine in terraform_data.machine : {
      name            = key
      address         = nonsensitive(machine.input.address)
      private_address = "10.0.0.${var.swarm_up.machines[key].index}"
    }]
  }
}
