-- format: floats.
print(("%f %.2f %10.3f|%-10.1f|%+f % f"):format(3.14159, 3.14159, 3.14159, 3.14159, 1.5, 1.5))
print(("%e %.2e %E %g %G %.3g %.10g %#g"):format(12345.678, 12345.678, 0.00012, 0.0001, 1e-10, 1234567, 0.1, 1.0))
print(("%g %g %g %g %g"):format(1e15, 1e16, 100000, 1000000, 123456789), ("%g"):format(0), ("%g"):format(-0.0))
print(("%5.0f|%.0f|%.0f|%.0f|%.0f"):format(2.5, 0.5, 1.5, 2.5, 3.5), ("%.3f"):format(2 / 3), ("%.20f"):format(0.1), ("%.15g"):format(0.1))
print(("%f"):format(1 / 0), ("%f"):format(-1 / 0), ("%g"):format(1e300), ("%.3f"):format(1e15), ("%f"):format(5), ("%f"):format("1.5"))
print(("%a"):format(1), ("%a"):format(0.5), ("%A"):format(255.5), ("%a"):format(-0.0), ("%.3a"):format(1 / 3), ("%a"):format(1 / 0))
print(("%.14g %.17g %.99f"):format(0.1, 0.1, 0.5):sub(1, 60))
print(("%010.2f|%+010.2f|%-10.2f|%#.0f"):format(3.14159, 3.14159, 3.14159, 3))
print(("%5g|%-12g|%012g"):format(1.5, 1.5, -1.5), ("%.0e"):format(12345), ("%#.3x"):format(255))
print(pcall(string.format, "%f", "x"))
print(pcall(string.format, "%f"))
print(pcall(string.format, "%.100f", 1))
for _, x in ipairs({ 0.1, 1 / 3, 1e21, 123456789.123, 2^53, 1e-7, 5e-324, 1.7976931348623157e308 }) do
  io.write(tostring(tonumber(("%.17g"):format(x)) == x), " ", ("%.14g"):format(x), " ")
end
print()
