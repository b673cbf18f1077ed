"""Which question would the claimed numbers have been the right answer to?"""
