"""What runs tasks: in this process or in local ones, one batch after another, each record saved as it is finished."""
