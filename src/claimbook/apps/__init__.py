"""What people do with a trained net: the recogniser reads a photographed or scanned line of arithmetic."""
