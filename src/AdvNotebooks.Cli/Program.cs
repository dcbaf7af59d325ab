Console.WriteLine("advnb");
return 0;
